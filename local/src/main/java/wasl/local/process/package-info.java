/// Child processes that never outlive the runner.
@NullMarked
package wasl.local.process;

import org.jspecify.annotations.NullMarked;
