/// What is in the enclave, file by file, and the archives that the kernel unpacks it from.
///
/// Two ramdisks, as AWS's init wants them:
///
/// ```
/// ramdisk0   init            starts the enclave; given, by hash
///            nsm.ko          the NSM driver, where the kernel lacks it; given, by hash
///            dev/            mount point
/// ramdisk1   cmd             the process to start, one argument a line
///            env             its environment: empty
///            rootfs/         what init changes its root to
///              opt/java/           jlink runtime
///              opt/pq-signer/lib/  the enclave's jar and its class path
///              opt/pq-signer/enclave.jvmopts
///              opt/pq-signer/native/  empty; Conscrypt unpacks its library here, since init
///                                     mounts /tmp without the right to execute
///              etc/pq-signer/      measured configuration and the roots it names
///              lib*/…              C library and loader, given
///              dev proc run sys tmp  mount points
/// ```
///
/// Nothing but names and contents decides an archive's bytes: no time, no owner, no order of
/// folders, no mode of the machine that builds it, and no compressor, whose output differs between
/// its versions.
@NullMarked
package pqsigner.image.rootfs;

import org.jspecify.annotations.NullMarked;
