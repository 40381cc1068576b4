package wasl.local.template;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A function that is called again and again.
///
/// @param source `aws.scheduler`, or `aws.events` for a scheduled rule
/// @param input the event to send; absent: the scheduler's own
public record Schedule(
    String function, String name, Duration every, String source, @Nullable String input) {}
