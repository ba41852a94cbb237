/// Freezes what other people's programs depend on: names, codes and schemas.
@NullMarked
package pqsigner.events;

import org.jspecify.annotations.NullMarked;
