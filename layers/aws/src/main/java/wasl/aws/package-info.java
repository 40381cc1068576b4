@NullMarked
package wasl.aws;

import org.jspecify.annotations.NullMarked;
