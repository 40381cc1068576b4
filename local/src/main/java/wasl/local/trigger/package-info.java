/// What calls functions without a caller: queues and schedules.
@NullMarked
package wasl.local.trigger;

import org.jspecify.annotations.NullMarked;
