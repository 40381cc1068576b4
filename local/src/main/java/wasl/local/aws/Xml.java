package wasl.local.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// Writes the small XML documents that S3 answers with, and reads those that it is sent.
final class Xml {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /// A document whose root is in S3's namespace.
  static Xml document(String root) {
    Xml xml = new Xml();
    xml.text.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
    xml.open.push(root);
    return xml;
  }

  /// An error stands in no namespace.
  static Xml error() {
    return new Xml().open("Error");
  }

  Xml open(String name) {
    text.append('<').append(name).append('>');
    open.push(name);
    return this;
  }

  Xml close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  Xml element(String name, Object value) {
    open(name);
    escape(value.toString());
    return close();
  }

  byte[] bytes() {
    while (!open.isEmpty()) {
      close();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        default -> {
          if (c < 0x20) {
            text.append("&#").append((int) c).append(';');
          } else {
            text.append(c);
          }
        }
      }
    }
  }

  /// Parses a document that somebody sent; it may define no entities.
  static Element parse(byte[] document) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(document))
          .getDocumentElement();
    } catch (SAXException | IOException e) {
      throw AwsFault.of("MalformedXML", "The XML you provided was not well-formed.");
    } catch (ParserConfigurationException e) {
      throw new AssertionError("every JDK parses XML without document types", e);
    }
  }

  /// The element's children of that name.
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  /// The text of the first child of that name, or an empty one.
  static String text(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? "" : found.getFirst().getTextContent();
  }
}
