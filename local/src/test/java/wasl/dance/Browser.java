package wasl.dance;

import java.net.URI;
import wasl.local.scene.PlainBrowser;

/// What a person does in a browser to connect an account.
interface Browser {
  /// Opens a page, in a tab of its own; answers the tab.
  String open(URI url) throws Exception;

  /// Clicks the link that leads to the provider.
  void goOn(String tab) throws Exception;

  /// Clicks "Allow" at the provider, for an account; the redirects end at the application.
  void allow(String tab, String account) throws Exception;

  /// Where the tab is.
  URI address(String tab) throws Exception;

  static Browser plain(PlainBrowser plain) {
    return new Browser() {
      @Override
      public String open(URI url) throws Exception {
        return plain.open(url);
      }

      @Override
      public void goOn(String tab) throws Exception {
        plain.goOn(tab);
      }

      @Override
      public void allow(String tab, String account) throws Exception {
        plain.allow(tab, account);
      }

      @Override
      public URI address(String tab) {
        return plain.address(tab);
      }
    };
  }
}
