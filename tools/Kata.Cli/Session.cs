using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;
using Spectre.Console;

namespace Kata.Cli;

/// <summary>What commands work with: the clone and the terminal.</summary>
/// <param name="clone">Where the katas are.</param>
/// <param name="terminal">Where results go.</param>
/// <param name="language">The language of this call.</param>
internal sealed class Session(Clone clone, Terminal terminal, Language language)
{
    /// <summary>Where results go.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Where results go.</summary>
    public IAnsiConsole Screen => terminal.Screen;

    /// <summary>The language of this call.</summary>
    public Language Language => language;

    /// <summary>The clone.</summary>
    public Repository Repository => clone.Repository;

    /// <summary>Its katas.</summary>
    public KataCatalogue Catalogue => clone.Catalogue;

    /// <summary>The verdicts that were kept. Made anew each time: what all tests share may change while the tool runs.</summary>
    public VerdictCache Verdicts => new(Repository);

    /// <summary>How far the learner is.</summary>
    public ProgressReader Progress => new(Verdicts);

    /// <summary>Who checks answers.</summary>
    public IAnswerChecker CreateChecker(CheckerOptions options) => clone.CreateChecker(options);

    /// <summary>Who checks one answer, once.</summary>
    public Task<IAnswerChecker> CheckerOfOneAsync() => clone.CheckerOfOneAsync();

    /// <summary>The same session with results and notices going elsewhere.</summary>
    public Session On(IAnsiConsole screen, TextWriter notices) =>
        new(clone, terminal with { Screen = screen, Error = notices }, language);

    /// <summary>Finds a kata by what the user typed.</summary>
    public KataEntry Find(string text) => Catalogue.Find(text, clone.WorkingDirectory);

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
    public string Shown(string path) => Path.GetRelativePath(clone.WorkingDirectory, path);

    /// <summary>A file that the user named.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, clone.WorkingDirectory);

    /// <summary>Says something that is no result and no failure.</summary>
    public void Notice(string? text)
    {
        if (text is not null)
        {
            terminal.Error.WriteLine(text);
        }
    }
}
