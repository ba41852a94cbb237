@NullMarked
package pqsigner.local.registry;

import org.jspecify.annotations.NullMarked;
