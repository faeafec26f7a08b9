# The product's own image: chaincode services, the API, and the commands that make and join the network of docker-compose.yml.
FROM python:3.13-slim
WORKDIR /opt/tanhui
# A Chinese font, for certificates and reports as PDF.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
COPY . .
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/run.txt \
 && python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && useradd --system --uid 10001 tanhui
ENTRYPOINT ["tanhui"]
