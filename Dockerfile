# The service and its command line. Data lives on the volume /data.
#   docker build -t polku .
#   docker run -p 8000:8000 -v polku:/data polku
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/polku \
 && /opt/polku/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY ontology ontology
COPY queries queries
COPY loaders loaders
COPY app app
RUN /opt/polku/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
COPY --from=build /opt/polku /opt/polku
ENV PATH=/opt/polku/bin:$PATH POLKU_DATA=/data PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --home-dir /data polku && install -d -o polku /data
USER polku
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["polku", "serve", "--host", "0.0.0.0"]
