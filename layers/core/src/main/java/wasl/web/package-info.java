@NullMarked
package wasl.web;

import org.jspecify.annotations.NullMarked;
