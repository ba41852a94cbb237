/// What the hypervisor and the enclave will record of an image, computed before it ever runs, and
/// the manifest that carries these values to verifiers and key policies.
///
/// ext(x) = SHA-384(48 zero bytes ‖ SHA-384(x))
///
/// | PCR | value |
/// |---|---|
/// | 0 | ext(kernel ‖ command line ‖ every ramdisk) |
/// | 1 | ext(kernel ‖ command line ‖ first ramdisk) |
/// | 2 | ext(the other ramdisks) |
/// | 3 | SHA-384(48 zero bytes ‖ ARN of the parent instance's role); not of the image |
/// | 8 | ext(DER of the signing certificate); zero if the image is not signed |
/// | 16 | what the enclave extends by its configuration before it calls KMS |
@NullMarked
package pqsigner.image.measurement;

import org.jspecify.annotations.NullMarked;
