/// A container image as input: an OCI image layout in a tar archive, as `docker buildx build
/// --output type=oci` and Docker's `docker save` (25 and later) write it.
///
/// ```
/// archive ──► blobs ──► manifest of the given digest ──► layers ──► root ──► parts of the enclave
/// LayoutArchive         ImageManifest                    LayerReader ImageRoot ContainerImage
/// ```
///
/// The digest that was given is all that is trusted. From it on, whatever is read is first compared
/// with the size and SHA-256 that the file before it names. Everything is bounded ([Limits]).
///
/// Paths of the image live in memory only. Contents are kept in files that are numbered, in a
/// folder of our own: no name from an archive ever becomes a path of this machine.
@NullMarked
package pqsigner.image.oci;

import org.jspecify.annotations.NullMarked;
