@NullMarked
package wasl.aws.crt;

import org.jspecify.annotations.NullMarked;
