package wasl.function.webhookreceipt;

/// What happens around the moment at which SnapStart takes a picture of this process.
public interface Snapshot {
  /// Nothing happens: there will be no picture.
  Snapshot NONE =
      new Snapshot() {
        @Override
        public void prepare() {}

        @Override
        public void resume() {}
      };

  /// Runs the road of a webhook as far as it harms nobody, so that the picture has everything
  /// loaded; then lets go of connections, keys and what is cached. Throws nothing.
  void prepare();

  /// Opens the connections again, before the first webhook waits for them. Throws nothing.
  void resume();
}
