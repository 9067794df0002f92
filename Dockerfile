# Two stages: the first has pip and the package index, the second runs offline as an ordinary user.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/zuozheng
COPY pyproject.toml README.md ./
COPY extractor extractor
COPY models models
COPY api api
COPY corpora corpora
COPY eval eval
RUN /opt/zuozheng/bin/pip install --no-cache-dir .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 zuozheng && install -d -o zuozheng -g zuozheng -m 700 /data
COPY --from=build /opt/zuozheng /opt/zuozheng
ENV PATH=/opt/zuozheng/bin:$PATH PYTHONUNBUFFERED=1 OPENVINO_TELEMETRY_OPT_OUT=1
USER zuozheng
WORKDIR /data
EXPOSE 8000
# The service: docker run --rm -p 127.0.0.1:8000:8000 -v zuozheng:/data zuozheng serve --host 0.0.0.0
# A check, without a network: docker run --rm --network none -v "$PWD:/data" zuozheng check PACKAGE --out OUT
ENTRYPOINT ["zuozheng"]
CMD ["--help"]
