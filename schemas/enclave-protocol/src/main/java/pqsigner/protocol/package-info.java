/// Frames between the worker and the enclave.
///
/// ```
/// u32 length (of all that follows, 12 to 262144)
/// u8  protocol version = 2
/// u8  type
/// u16 reserved = 0
/// u64 correlation id, chosen by the asker
/// ... body, by type: see Request and Answer
/// ```
///
/// All integers are big endian. A body is a fixed sequence of fields: `u8`, `u16`, `u32`, `i64`,
/// and byte strings or UTF-8 text with a `u32` length. Nothing is optional by omission and nothing
/// may follow the last field, so that each value has one encoding. Answers come in any order.
@NullMarked
package pqsigner.protocol;

import org.jspecify.annotations.NullMarked;
