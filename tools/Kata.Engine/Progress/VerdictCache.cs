using System.Text.Json;
using System.Text.Json.Serialization;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Progress;

/// <summary>
/// Keeps verdicts under the content they were reached on, in <c>.kata/(name)/(number)/(key).json</c>. Losing it
/// costs a check, nothing more; so whatever cannot be read is as good as absent.
/// </summary>
/// <param name="repository">The clone.</param>
/// <param name="name">The folder under <c>.kata</c>.</param>
/// <param name="keptPerKata">How many verdicts of a kata are kept, the newest.</param>
public sealed class VerdictCache(Repository repository, string name = "verdicts", int keptPerKata = 8)
{
    private readonly ContentKey contentKey = new(repository);

    /// <summary>The verdict on a text, or null when that text was never checked against the present tests.</summary>
    public Verdict? Find(KataEntry kata, string answer)
    {
        // A kata that was never checked costs a look at one folder, not the reading of its tests.
        var folder = FolderOf(kata);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var file = FileOf(kata, answer);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), VerdictJson.Default.Verdict) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Keeps a verdict, unless it has a notice: that says that the tests on disk, which the key is of, were not the
    /// ones that ran.
    /// </summary>
    /// <returns>Null, or one line that says why it could not be kept.</returns>
    public string? Keep(KataEntry kata, string answer, Verdict verdict) => verdict.Notices.Count > 0
        ? null
        : AtomicFile.TryWrite(FileOf(kata, answer), JsonSerializer.Serialize(verdict, VerdictJson.Default.Verdict)) ?? ForgetOldest(kata);

    private string FolderOf(KataEntry kata) =>
        Path.Combine(repository.State, name, kata.Folder[..3]);

    private string FileOf(KataEntry kata, string answer) => Path.Combine(FolderOf(kata), $"{contentKey.Of(kata, answer)}.json");

    private string? ForgetOldest(KataEntry kata)
    {
        try
        {
            var old = new DirectoryInfo(FolderOf(kata)).GetFiles("*.json").OrderByDescending(file => file.LastWriteTimeUtc).Skip(keptPerKata);
            foreach (var file in old)
            {
                file.Delete();
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Texts.NotKept.With(FolderOf(kata), exception.Message);
        }
    }
}

/// <summary>How verdicts are written; the code is made by the compiler, so that reading one needs no reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Verdict))]
internal sealed partial class VerdictJson : JsonSerializerContext;
