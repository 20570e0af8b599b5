FROM public.ecr.aws/spacelift/runner-terraform:latest
USER root
RUN apk add --no-cache python3 py3-pip && pip install --break-system-packages tfreach
USER spacelift
