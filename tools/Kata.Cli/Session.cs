using Kata.Cli.Checks;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;
using Spectre.Console;

namespace Kata.Cli;

/// <summary>What commands work with: the clone, found when it is first needed, and the terminal.</summary>
/// <param name="terminal">Where results go.</param>
/// <param name="language">The language of this call.</param>
/// <param name="createChecker">Who checks answers.</param>
internal sealed class Session(Terminal terminal, Language language, Func<Repository, CheckerOptions, IAnswerChecker> createChecker)
{
    /// <summary>The folder of the clone, when the launcher that started the tool belongs to one.</summary>
    private const string RootVariable = "KATA_ROOT";

    private readonly Lazy<Repository> repository = new(() =>
        Repository.Find(terminal.Variable(RootVariable) is { Length: > 0 } root ? root : terminal.WorkingDirectory));

    private KataCatalogue? catalogue;
    private VerdictCache? verdicts;

    /// <summary>Where results go.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Where results go.</summary>
    public IAnsiConsole Screen => terminal.Screen;

    /// <summary>The language of this call.</summary>
    public Language Language => language;

    /// <summary>The same session, with its results going elsewhere.</summary>
    public Session On(IAnsiConsole screen) => new(terminal with { Screen = screen }, language, createChecker) { catalogue = catalogue, verdicts = verdicts };

    /// <summary>The clone.</summary>
    public Repository Repository => repository.Value;

    /// <summary>Its katas.</summary>
    public KataCatalogue Catalogue => catalogue ??= KataCatalogue.Load(Repository);

    /// <summary>The verdicts that were kept.</summary>
    public VerdictCache Verdicts => verdicts ??= new VerdictCache(Repository);

    /// <summary>How far the learner is.</summary>
    public ProgressReader Progress => new(Verdicts);

    /// <summary>Who checks answers.</summary>
    public IAnswerChecker CreateChecker(CheckerOptions options) => createChecker(Repository, options);

    /// <summary>Finds a kata by what the user typed.</summary>
    public KataEntry Find(string text) => Catalogue.Find(text, terminal.WorkingDirectory);

    /// <summary>
    /// The top of a statement. One that cannot be read is a notice and null: no reason to refuse what does not need it.
    /// </summary>
    public StatementHead? HeadOf(KataEntry kata)
    {
        try
        {
            return StatementHead.Read(kata.StatementFile(language.Code));
        }
        catch (KataException exception)
        {
            Notice(exception.Message);
            return null;
        }
    }

    /// <summary>A path as the user would type it here.</summary>
    public string Shown(string path) => Path.GetRelativePath(terminal.WorkingDirectory, path);

    /// <summary>A file that the user named.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, terminal.WorkingDirectory);

    /// <summary>Says something that is no result and no failure.</summary>
    public void Notice(string? text)
    {
        if (text is not null)
        {
            terminal.Error.WriteLine(text);
        }
    }
}
