/// Where the Nitro host's AWS credentials come from and when the enclave gets new ones. They are
/// relayed, never used here, and never logged.
@NullMarked
package pqsigner.worker.credentials;

import org.jspecify.annotations.NullMarked;
