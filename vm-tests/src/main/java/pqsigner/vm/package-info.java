/// What stands around the production enclave in a small virtual machine: the far ends of its NSM
/// device and of its way to the KMS, and a driver that uses it through the worker's own client.
/// Nothing here is in a production image.
@NullMarked
package pqsigner.vm;

import org.jspecify.annotations.NullMarked;
