@NullMarked
package wasl.local.endpoint;

import org.jspecify.annotations.NullMarked;
