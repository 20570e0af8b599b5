"""Raw Terraform resources in; typed AWS resources, linked and without echoes, out."""
