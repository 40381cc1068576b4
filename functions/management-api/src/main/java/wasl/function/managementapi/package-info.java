@NullMarked
package wasl.function.managementapi;

import org.jspecify.annotations.NullMarked;
