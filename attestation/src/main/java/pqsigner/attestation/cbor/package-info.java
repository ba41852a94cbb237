/// The part of CBOR (RFC 8949) that the Nitro Security Module speaks, read strictly: integers, byte
/// and text strings, arrays, maps, booleans and null, of definite length.
///
/// Both sides of the NSM device use it, and the attestation verifier uses it on hostile bytes. So
/// the reader takes nothing that two parsers could read in two ways: no duplicate keys, no bytes
/// after the value, no text that is not UTF-8. Every length is compared with what is there before
/// anything is allocated.
@NullMarked
package pqsigner.attestation.cbor;

import org.jspecify.annotations.NullMarked;
