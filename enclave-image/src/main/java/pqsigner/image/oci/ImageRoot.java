package pqsigner.image.oci;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.oci.Node.File;
import pqsigner.image.oci.Node.Folder;
import pqsigner.image.oci.Node.Link;
import pqsigner.image.oci.Node.Special;

/// What a process in the container would see. Links lead where they would lead it: an absolute one
/// begins at the image's root, and `..` does not leave it.
final class ImageRoot {
  private final Folder root = new Folder();
  private final Limits limits;
  private int nodes;

  ImageRoot(Limits limits) {
    this.limits = limits;
  }

  /// Whiteouts are of lower layers only, wherever they are in their own, so they come first.
  void apply(List<Change> layer) throws RefusedException {
    for (Change change : layer) {
      switch (change) {
        case Change.Remove(List<String> path) -> {
          if (walk(parent(path), null) instanceof Folder folder) {
            folder.children().remove(path.getLast());
          }
        }
        case Change.Clear(List<String> path) -> {
          if (walk(path, null) instanceof Folder folder) {
            folder.children().clear();
          }
        }
        case Change.Put _, Change.HardLink _ -> {
          // below
        }
      }
    }
    Set<Node> ofThisLayer = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Change change : layer) {
      switch (change) {
        case Change.Put(List<String> path, Node node) -> put(path, node, ofThisLayer);
        case Change.HardLink(List<String> path, List<String> target) ->
            put(path, linked(target), ofThisLayer);
        case Change.Remove _, Change.Clear _ -> {
          // above
        }
      }
    }
  }

  /// @param ofThisLayer what may not be replaced: of two entries for one place, one reader would
  ///   take the first and another the last
  private void put(List<String> path, Node node, Set<Node> ofThisLayer) throws RefusedException {
    if (path.isEmpty() && node instanceof Folder) {
      return; // the root itself
    }
    if (path.isEmpty() || !(walk(parent(path), ofThisLayer) instanceof Folder folder)) {
      throw malformed("below something that is no folder", path);
    }
    Node old = folder.children().get(path.getLast());
    if (old instanceof Folder && node instanceof Folder) {
      ofThisLayer.add(old);
      return;
    }
    if (old != null && ofThisLayer.contains(old)) {
      throw new RefusedException(Reason.INPUT_CONFLICT, "twice in one layer: " + text(path));
    }
    count();
    folder.children().put(path.getLast(), node);
    ofThisLayer.add(node);
  }

  /// Another node with the same content.
  private Node linked(List<String> target) throws RefusedException {
    if (target.isEmpty() || !(walk(parent(target), null) instanceof Folder folder)) {
      throw malformed("a hard link to nothing", target);
    }
    return switch (folder.children().get(target.getLast())) {
      case File(Path content) -> new File(content);
      case Link(String to) -> new Link(to);
      case Special() -> new Special();
      case Folder _ -> throw malformed("a hard link to a folder", target);
      case null -> throw malformed("a hard link to nothing", target);
    };
  }

  /// @throws RefusedException when there is none
  Path file(String path) throws RefusedException {
    return find(path)
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.INPUT_UNREADABLE, "the container image has no file " + path));
  }

  /// @return empty when the path leads to nothing, or to something that is no file
  Optional<Path> find(String path) throws RefusedException {
    return walk(names(path), null) instanceof File(Path content)
        ? Optional.of(content)
        : Optional.empty();
  }

  /// Files below a folder by their path from there, and links to files as if they were these; links
  /// to folders are not followed.
  ///
  /// @throws RefusedException when it is no folder
  SortedMap<String, Path> files(String folder) throws RefusedException {
    if (!(walk(names(folder), null) instanceof Folder top)) {
      throw new RefusedException(
          Reason.INPUT_UNREADABLE, "the container image has no folder " + folder);
    }
    SortedMap<String, Path> files = new TreeMap<>();
    Deque<String> left = new ArrayDeque<>(top.children().keySet());
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.length() > limits.pathChars()) {
        throw new RefusedException(
            Reason.INPUT_TOO_LARGE, "a path too long: " + Descriptor.quoted(name));
      }
      String path = folder + "/" + name;
      if (at(path) instanceof Folder inner) {
        inner.children().keySet().forEach(child -> left.push(name + "/" + child));
      } else {
        find(path).ifPresent(content -> files.put(name, content));
      }
    }
    return files;
  }

  /// What is at the path itself, where a link is a link.
  private @Nullable Node at(String path) throws RefusedException {
    List<String> names = names(path);
    return walk(parent(names), null) instanceof Folder folder
        ? folder.children().get(names.getLast())
        : null;
  }

  /// Where a path leads to. Not recursive: depth and links are the archive's to choose.
  ///
  /// @param make null to only look; else missing folders are made, and all on the way are added
  /// @return null when there is nothing
  private @Nullable Node walk(List<String> path, @Nullable Set<Node> make) throws RefusedException {
    Deque<String> left = new ArrayDeque<>(path);
    Deque<Folder> trail = new ArrayDeque<>(List.of(root));
    int hops = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      Folder here = trail.element();
      switch (step(name, here, trail)) {
        case Folder folder -> trail.push(folder);
        case Link(String target) -> {
          if (++hops > limits.linkHops()) {
            throw malformed("more than " + limits.linkHops() + " links", path);
          }
          follow(target, left, trail);
        }
        case File file -> {
          return left.isEmpty() ? file : null;
        }
        case Special special -> {
          return left.isEmpty() ? special : null;
        }
        case null -> {
          if (make == null) {
            return null;
          }
          Folder made = new Folder();
          count();
          here.children().put(name, made);
          trail.push(made);
        }
      }
    }
    if (make != null) {
      make.addAll(trail);
    }
    return trail.element();
  }

  /// What comes next on the way; for `..` the folder above, taken off the trail.
  private static @Nullable Node step(String name, Folder here, Deque<Folder> trail) {
    return switch (name) {
      case "", "." -> trail.pop();
      case ".." -> {
        if (trail.size() > 1) {
          trail.pop();
        }
        yield trail.pop();
      }
      default -> here.children().get(name);
    };
  }

  private void follow(String target, Deque<String> left, Deque<Folder> trail) {
    if (target.startsWith("/")) {
      trail.clear();
      trail.push(root);
    }
    names(target).reversed().forEach(left::push);
  }

  private void count() throws RefusedException {
    if (++nodes > limits.entries()) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE, "more than " + limits.entries() + " files in the image");
    }
  }

  private static List<String> names(String path) {
    return Arrays.asList(path.split("/", -1));
  }

  private static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static String text(List<String> path) {
    return Descriptor.quoted(String.join("/", path));
  }

  private static RefusedException malformed(String detail, List<String> path) {
    return new RefusedException(Reason.OCI_MALFORMED, detail + ": " + text(path));
  }
}
