package wasl.local.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/// The official client of the Runtime API, which runs a handler in a process of its own.
///
/// It speaks HTTP by a native library, which there is for Linux alone.
///
/// @param jars the client and what it needs: the class path of the process
/// @param nativeLibrary on disk, as the managed runtime has it; else each process unpacks it
public record RuntimeClient(List<Path> jars, Path nativeLibrary) {
  /// The class to start; its one argument is the handler's class.
  public static final String MAIN_CLASS = AWSLambda.class.getName();

  // What the managed runtime leaves to the heap: 1503 MB of 1769.
  private static final double SHARE_OF_HEAP = 0.85;

  public RuntimeClient {
    jars = List.copyOf(jars);
  }

  /// Whether this system can run it.
  public static boolean isForThisSystem() {
    return System.getProperty("os.name").equals("Linux");
  }

  /// The client on this process's own class path.
  ///
  /// @param folder where the native library is to stand
  public static RuntimeClient unpackedIn(Path folder) {
    Path client = jarOf(AWSLambda.class);
    Path library = folder.resolve("libaws-lambda-jni.so");
    try (InputStream in =
        AWSLambda.class.getResourceAsStream(
            "/jni/libaws-lambda-jni.linux-" + architecture() + ".so")) {
      if (in == null) {
        throw new IOException("the runtime client has no library for this processor");
      }
      Files.createDirectories(folder);
      Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the runtime client's library", e);
    }
    return new RuntimeClient(
        List.of(
            client,
            jarOf(Context.class),
            jarOf(PojoSerializer.class),
            jarOf(SdkInternalThreadLocal.class)),
        library);
  }

  /// What the java25 runtime sets where there is no SnapStart, with the heap for a function's
  /// memory.
  public List<String> jvmArguments(int memoryMegabytes) {
    return List.of(
        "-XX:+TieredCompilation",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx" + (int) (memoryMegabytes * SHARE_OF_HEAP) + "m",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + nativeLibrary);
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("a code source is a URI", e);
    }
  }
}
