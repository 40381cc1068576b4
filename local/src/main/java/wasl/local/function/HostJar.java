package wasl.local.function;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import wasl.local.host.FunctionHost;

/// The function host's own classes in a jar of their own, so that the host's class path holds
/// nothing else of the runner's.
record HostJar(Path file) {

  static HostJar write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path jar = folder.resolve("host.jar");
    String home = FunctionHost.class.getPackageName().replace('.', '/');
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (String name : classNames(home)) {
        out.putNextEntry(new JarEntry(home + "/" + name));
        try (InputStream bytes = FunctionHost.class.getResourceAsStream("/" + home + "/" + name)) {
          if (bytes == null) {
            throw new AssertionError("a listed class can be read: " + name);
          }
          bytes.transferTo(out);
        }
      }
    }
    return new HostJar(jar);
  }

  private static List<String> classNames(String home) throws IOException {
    URI source;
    try {
      source = FunctionHost.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new AssertionError("a code source is a URI", e);
    }
    Path place = Path.of(source);
    if (Files.isDirectory(place)) {
      return classesIn(place.resolve(home));
    }
    try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
      return classesIn(jar.getPath(home));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<String> classesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class"))
          .toList();
    }
  }
}
