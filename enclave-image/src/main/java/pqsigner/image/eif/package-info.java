/// The Enclave Image Format, version 4, as `nitro-cli` and the hypervisor read it.
///
/// ```
/// header, 548 bytes, big endian
///   0    ".eif"
///   4    u16 version = 4
///   6    u16 flags; bit 0: aarch64
///   8    u64 memory, 16 u64 CPUs: defaults for whoever starts it
///   24   u16 reserved = 0
///   26   u16 number of sections
///   28   u64 offset of each section's header, 32 of them
///   284  u64 size of each section's content, 32 of them
///   540  u32 unused = 0
///   544  u32 CRC-32 of everything but these four bytes
/// sections: u16 type, u16 flags = 0, u64 size, content
///   kernel, command line, metadata, one or more ramdisks, signature if signed
/// ```
///
/// PCRs cover the contents of kernel, command line and ramdisks, and nothing else: not the header,
/// not the metadata, and not where one section ends and the next begins. The reader therefore takes
/// one layout only, without gaps, overlaps or anything after the last section.
@NullMarked
package pqsigner.image.eif;

import org.jspecify.annotations.NullMarked;
