package wasl.local.host;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Loads a function's own jars before the layer's, the order in which Lambda's class path has them.
final class FunctionClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  FunctionClassLoader(String function, List<Path> jars) {
    super(function, urls(jars), FunctionClassLoader.class.getClassLoader());
  }

  static List<Path> jarsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null && isTheFunctions(name)) {
        loaded = findClass(name);
      }
      if (loaded == null) {
        return super.loadClass(name, resolve);
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  // The interface between host and handler must be one class for both.
  private boolean isTheFunctions(String name) {
    return !name.startsWith("java.")
        && !name.startsWith("com.amazonaws.services.lambda.runtime.")
        && findResource(name.replace('.', '/') + ".class") != null;
  }

  private static URL[] urls(List<Path> jars) {
    return jars.stream().map(FunctionClassLoader::url).toArray(URL[]::new);
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError("every path has a file URL", e);
    }
  }
}
