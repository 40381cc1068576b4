/// Measures how long a cold start of each function takes, as Lambda would run it.
@NullMarked
package wasl.local.bench;

import org.jspecify.annotations.NullMarked;
