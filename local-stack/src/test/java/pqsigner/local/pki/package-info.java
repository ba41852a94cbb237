@NullMarked
package pqsigner.local.pki;

import org.jspecify.annotations.NullMarked;
