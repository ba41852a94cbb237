package pqsigner.image.oci;

/// How much of everything there may be. Far above what the enclave's image has (some 120 MB, a few
/// thousand files), and low enough that no archive fills a disk or the memory.
///
/// @param archiveBytes of the archive
/// @param archiveEntries files and folders in the archive
/// @param jsonBytes of an index, a manifest or a configuration
/// @param descriptors in an index
/// @param layers as Docker's own bound
/// @param unpackedBytes of all layers together, headers included
/// @param entries in all layers together, and files and folders of the root
/// @param fileBytes of a file in a layer
/// @param headerBytes of the headers before an entry, in which tar also keeps long names
/// @param pathChars of a path, and of what a link points to
/// @param linkHops on the way to a file, as Linux's own bound
record Limits(
    long archiveBytes,
    int archiveEntries,
    int jsonBytes,
    int descriptors,
    int layers,
    long unpackedBytes,
    int entries,
    long fileBytes,
    int headerBytes,
    int pathChars,
    int linkHops) {

  static final Limits DEFAULT =
      new Limits(
          2L << 30, 4096, 4 << 20, 256, 127, 2L << 30, 100_000, 256L << 20, 64 << 10, 1024, 40);
}
