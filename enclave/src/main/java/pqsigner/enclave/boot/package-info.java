/// Start and end. The only room that knows all others.
///
/// ```
/// BOOTING   listen (Status is answered); read the NSM; refuse debug mode;
///           extend PCR16 with the configuration's measurement and lock it;
///           seed the random generator; test and warm the engines
/// ATTESTED  credentials are taken
/// SERVING   keys are made and used
/// DRAINING  what was taken is finished
/// ```
@NullMarked
package pqsigner.enclave.boot;

import org.jspecify.annotations.NullMarked;
