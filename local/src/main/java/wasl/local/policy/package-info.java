/// What a function may do: evaluates its role's policy before each of its calls to AWS, as IAM
/// does.
@NullMarked
package wasl.local.policy;

import org.jspecify.annotations.NullMarked;
