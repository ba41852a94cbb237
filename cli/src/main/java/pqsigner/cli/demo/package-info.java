/// The whole story on an embedded local stack, told and checked step by step.
@NullMarked
package pqsigner.cli.demo;

import org.jspecify.annotations.NullMarked;
