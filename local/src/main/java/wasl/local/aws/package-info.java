/// The AWS that stands behind one endpoint on a laptop: DynamoDB Local, ElasticMQ, and small
/// durable subsets of KMS, S3 and EventBridge. What it acknowledged survives a SIGKILL.
@NullMarked
package wasl.local.aws;

import org.jspecify.annotations.NullMarked;
