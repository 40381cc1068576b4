package wasl.local.aws;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps ElasticMQ quiet, and notices when its persistence has failed.
///
/// An actor that threw is started over without its state and without telling anybody: all that
/// shows is one ERROR line of `OneForOneStrategy`.
final class ElasticMqLog extends AppenderBase<ILoggingEvent> {
  private static final int FRAMES = 8;

  private final Consumer<String> progress;
  private final Runnable onFailure;

  private ElasticMqLog(Consumer<String> progress, Runnable onFailure) {
    this.progress = progress;
    this.onFailure = onFailure;
  }

  /// Takes the log over, in place of the configuration that ElasticMQ's jar brings along.
  static void listen(Consumer<String> progress, Runnable onFailure) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new IllegalStateException(
          "logback must be the only SLF4J provider, found " + factory.getClass().getName());
    }
    context.reset();
    ElasticMqLog log = new ElasticMqLog(progress, onFailure);
    log.setContext(context);
    log.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(log);
  }

  // Its messages, such as "requirement failed", seldom say where.
  private static String origin(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : Arrays.stream(event.getThrowableProxy().getStackTraceElementProxyArray())
            .limit(FRAMES)
            .map(frame -> "\n  " + frame.getSTEAsString())
            .collect(Collectors.joining());
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!event.getLevel().isGreaterOrEqual(Level.ERROR)) {
      return;
    }
    progress.accept("ElasticMQ: " + event.getFormattedMessage() + origin(event));
    if (event.getLoggerName().endsWith("OneForOneStrategy")) {
      onFailure.run();
    }
  }
}
