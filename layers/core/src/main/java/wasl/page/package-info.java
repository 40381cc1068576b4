@NullMarked
package wasl.page;

import org.jspecify.annotations.NullMarked;
