@NullMarked
package wasl.local.aws;

import org.jspecify.annotations.NullMarked;
