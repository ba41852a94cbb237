/// The CloudFormation template, with its policies evaluated the way IAM does.
@NullMarked
package pqsigner.deploy.aws;

import org.jspecify.annotations.NullMarked;
