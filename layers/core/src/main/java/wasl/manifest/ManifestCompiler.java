package wasl.manifest;

final class ManifestCompiler {
  private ManifestCompiler() {}

  public static void main(String[] args) {}
}
