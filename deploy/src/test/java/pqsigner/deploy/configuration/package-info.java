/// The page of settings: made from the settings' own types and comments, and compared with them.
@NullMarked
package pqsigner.deploy.configuration;

import org.jspecify.annotations.NullMarked;
