package wasl.dance;

import java.net.URI;

/// What a person does in a browser to connect an account.
interface Browser extends AutoCloseable {
  /// Opens a page, in a tab of its own; answers the tab.
  String open(URI url) throws Exception;

  /// Clicks the link that leads to the provider.
  void goOn(String tab) throws Exception;

  /// Clicks "Allow" at the provider, for an account; the redirects end at the application.
  void allow(String tab, String account) throws Exception;

  /// Where the tab is.
  URI address(String tab) throws Exception;

  @Override
  void close();
}
