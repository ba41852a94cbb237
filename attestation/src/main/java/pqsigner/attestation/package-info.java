/// What an enclave and those who check it must agree on, byte for byte: the statements that the
/// `user_data` of its documents commits to ([BirthStatement], [KmsRequestStatement]), the registers
/// ([Pcr]), and CBOR.
///
/// It is part of the enclave's trusted base. What judges documents is not: that is
/// `pqsigner.attestation.nitro`, in a jar of its own that the enclave does not carry.
@NullMarked
package pqsigner.attestation;

import org.jspecify.annotations.NullMarked;
