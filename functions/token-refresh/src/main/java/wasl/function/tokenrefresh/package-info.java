@NullMarked
package wasl.function.tokenrefresh;

import org.jspecify.annotations.NullMarked;
