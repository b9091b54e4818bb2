// Lays out the class paths of the broker and the Connect worker that integration tests start as processes of
// their own: target/connect-libs/broker and target/connect-libs/worker, one jar a file.
//
// They are no dependencies of the project, since what is on the test class path masks what is missing from the
// package. Maven's own resolver fetches them, so settings, mirrors, the local repository and offline mode hold.

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption

import org.eclipse.aether.RepositorySystem
import org.eclipse.aether.artifact.DefaultArtifact
import org.eclipse.aether.collection.CollectRequest
import org.eclipse.aether.graph.Dependency
import org.eclipse.aether.resolution.DependencyRequest

def setting = { String name ->
  session.userProperties.getProperty(name) ?: project.properties.getProperty(name)
}
def on = { String name ->
  def value = setting(name)
  value != null && value != 'false' // "-DskipTests" alone means true
}

if (setting('connect.libs.when') != 'always' && (on('skipTests') || on('skipITs') || on('maven.test.skip'))) {
  log.info('No integration tests, no class paths for them')
  return
}

def connect = setting('connect.version')
def broker = setting('broker.version')

// A distribution's logging, not the libraries' business: 3.x uses reload4j, 4.x Log4j 2.
def logging = connect.startsWith('3.')
    ? ["org.slf4j:slf4j-reload4j:${setting('slf4j.version')}"]
    : ["org.apache.logging.log4j:log4j-slf4j-impl:${setting('log4j.version')}",
       "org.apache.logging.log4j:log4j-core:${setting('log4j.version')}"]

def classPaths = [
  broker: ["org.apache.kafka:kafka_${setting('scala.binary.version')}:${broker}",
           "org.apache.logging.log4j:log4j-slf4j-impl:${setting('log4j.version')}",
           "org.apache.logging.log4j:log4j-core:${setting('log4j.version')}"],
  worker: ["org.apache.kafka:connect-runtime:${connect}",
           "org.apache.kafka:connect-json:${connect}",
           "org.apache.kafka:connect-transforms:${connect}"] + logging,
]

def system = session.container.lookup(RepositorySystem)
def base = Path.of(setting('connect.libs'))

classPaths.each { name, roots ->
  def directory = base.resolve(name)
  def stamp = directory.resolve('coordinates.txt')
  def wanted = roots.join('\n') + '\n'
  if (Files.exists(stamp) && Files.readString(stamp) == wanted) {
    return
  }
  def collect = new CollectRequest()
  collect.repositories = project.remoteProjectRepositories
  roots.each { collect.addDependency(new Dependency(new DefaultArtifact(it), 'runtime')) }
  def found = system.resolveDependencies(session.repositorySession, new DependencyRequest(collect, null))

  directory.toFile().deleteDir()
  Files.createDirectories(directory)
  found.artifactResults.each {
    def jar = it.artifact.file.toPath()
    Files.copy(jar, directory.resolve(jar.fileName), StandardCopyOption.REPLACE_EXISTING)
  }
  // Last, so that a run cut short is done again.
  Files.writeString(stamp, wanted)
  log.info("${found.artifactResults.size()} jars for the ${name} in ${directory}")
}
