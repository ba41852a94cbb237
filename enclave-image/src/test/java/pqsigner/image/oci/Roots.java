package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import pqsigner.image.input.Input;
import pqsigner.image.input.RefusedException;
import pqsigner.image.oci.ImageManifest.Layer;

/// Roots straight from layers, without an archive around them.
record Roots(Path work, Limits limits) {

  ImageRoot of(Tar... layers) throws IOException, RefusedException {
    List<byte[]> all = new ArrayList<>();
    for (Tar layer : layers) {
      all.add(layer.bytes());
    }
    return of(all);
  }

  ImageRoot of(List<byte[]> layers) throws IOException, RefusedException {
    Spool spool = new Spool(Files.createTempDirectory(work, "root"));
    LayerReader reader = new LayerReader(spool, limits);
    ImageRoot root = new ImageRoot(limits);
    for (byte[] layer : layers) {
      Path blob = Files.write(spool.next(), layer);
      Descriptor descriptor = new Descriptor(Layout.LAYER, "", layer.length);
      root.apply(reader.read(blob, new Layer(descriptor, false, "sha256:" + Input.sha256(layer))));
    }
    return root;
  }

  /// @return `-` when there is no file
  static String text(ImageRoot root, String path) throws IOException, RefusedException {
    var file = root.find(path);
    return file.isPresent() ? Files.readString(file.get(), UTF_8) : "-";
  }
}
