@NullMarked
package wasl.manifest;

import org.jspecify.annotations.NullMarked;
