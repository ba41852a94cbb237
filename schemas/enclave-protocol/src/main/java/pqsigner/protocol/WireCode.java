package pqsigner.protocol;

/// A value that travels as one byte. The numbers are frozen with the protocol's version.
interface WireCode {
  int wire();
}
