/// The images, parsed, laid out in a folder and started from there.
@NullMarked
package pqsigner.deploy.images;

import org.jspecify.annotations.NullMarked;
