@NullMarked
package wasl.provider;

import org.jspecify.annotations.NullMarked;
